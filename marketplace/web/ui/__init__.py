"""How figures, addresses and charts look: plain functions behind the template tags, without a request."""
