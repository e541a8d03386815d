"""What runs around the product: installing, the local stack, the journey through the site, checks."""
