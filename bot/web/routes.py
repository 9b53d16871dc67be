"""Every page there is, in the order of the navigation. A page of its own is a module with ``ROUTES``, named here."""

from __future__ import annotations

from bot.web.frame import Route
from bot.web.views import figures, items, positions, search, status, stories
from bot.web.workbench import pages as workbench

ROUTES: tuple[Route, ...] = (
    *status.ROUTES,
    *stories.ROUTES,
    *figures.ROUTES,
    *positions.ROUTES,
    *search.ROUTES,
    *workbench.ROUTES,
    *items.ROUTES,
)
