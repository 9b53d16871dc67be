"""The web page: what the chat commands answer, for a browser. Read docs/web.md.

request ─guards: host, rate, origin, session, form token→ view: Ask → View ─template→ page ─headers→ reply
"""
