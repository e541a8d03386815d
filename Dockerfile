# The site's image, for web, worker, beat, watcher and one-off commands alike: see docker-compose.yml.

# --- what is built: the front end and the contracts, with the tools that `make install` puts into a checkout
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements-bootstrap.lock requirements-dev.lock package.json package-lock.json .npmrc foundry.toml ./
COPY tools tools
RUN python3 tools/install venv python node foundry
COPY contracts contracts
COPY frontend frontend
RUN python3 tools/install contracts frontend

# --- what runs needs: the Python packages of requirements.lock and nothing else
FROM python:3.11-slim-bookworm AS packages
COPY requirements-bootstrap.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-bootstrap.lock \
    && python -m venv /venv \
    && uv pip sync --require-hashes --compile-bytecode --python /venv/bin/python requirements.lock

# --- what runs
FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /data mintmark
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py ./
COPY marketplace marketplace
COPY contracts/abi contracts/abi
COPY contracts/deployments contracts/deployments
COPY --from=build /build/contracts/out contracts/out
COPY frontend/templates frontend/templates
COPY --from=build /build/frontend/dist frontend/dist
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 VAR_DIR=/data TMPDIR=/data STATIC_ROOT=/app/static
RUN SECRET_KEY=unused SITE_KEY=00 python manage.py collectstatic --no-input
USER mintmark
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "marketplace.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--timeout", "120", "--access-logfile", "-", "--no-control-socket"]
