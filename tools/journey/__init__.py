"""The product's journey, walked over HTTP by people with wallets and no browser.

`wallet` holds a key and asks before nothing; `pages` reads pages as a browser would; `visitor` walks the site;
`chain` checks what came of it, on the node and not on the site. `demo` and `seed` are journeys.
"""
