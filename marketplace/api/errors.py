"""Errors as problem details (RFC 9457), in one place."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from marketplace.chain.deployments import NotDeployed

router = Router()


@router.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nothing_here(request: HttpRequest, rest: str) -> None:
    raise Http404(f"The API has nothing at /{rest}. What it has is listed at /api/v1/docs.")


def problem(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """A problem+json answer. `code` is stable for programs; `detail` says what was wrong and what to do."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def install(api: NinjaAPI) -> None:
    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "not-found", str(error) or "There is nothing at this address.")

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        where = [{"at": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors]
        return problem(422, "invalid", "Some parameters were not understood; see `errors`.", errors=where)

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, "refused", str(error))

    @api.exception_handler(NotDeployed)
    def not_deployed(request: HttpRequest, error: NotDeployed) -> HttpResponse:
        return problem(503, "not-deployed", str(error))
