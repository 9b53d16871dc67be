"""Every page there is, in the order of the navigation. A page of its own is a module with ``ROUTES``, named here."""

from __future__ import annotations

from bot.web.frame import Route
from bot.web.views import status

ROUTES: tuple[Route, ...] = (*status.ROUTES,)
