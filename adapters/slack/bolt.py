"""Everything behind a connection to Slack, whichever it is: the workspaces, the listeners, and Bolt that calls them."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack.client import sdk_logger, web_client
from adapters.slack.events import Events
from adapters.slack.listener import Listener
from adapters.slack.roles import RoleOf, SlackRoles
from adapters.slack.workspaces import Workspaces
from bot.ports import ButtonHandler, Clock, CommandHandler, FirstTime, Forms, Grants, HomePage, PlaceHandler
from bot.secret import Secret

COMMAND = "/tocsin"


class Backstage:
    """The handlers of the application, ready to be hung into an app of Bolt's."""

    def __init__(
        self,
        workspaces: Workspaces,
        *,
        on_command: CommandHandler,
        on_button: ButtonHandler,
        clock: Clock,
        api_url: str | None = None,
        proxy: str | None = None,
        role_of: RoleOf | None = None,
        grants: Mapping[str, Grants] | None = None,
        forms: Forms | None = None,
        home: HomePage | None = None,
        on_places: PlaceHandler | None = None,
        first_time: FirstTime | None = None,
        command: str = COMMAND,
    ) -> None:
        self.workspaces = workspaces
        self.api_url = api_url
        self.proxy = proxy
        self._command = command
        roles = SlackRoles(workspaces, clock, grants=grants, api_url=api_url, proxy=proxy)
        self.listener = Listener(
            on_command=on_command,
            on_button=on_button,
            role_of=role_of or roles,
            forms=forms,
            proxy=proxy,
            first_time=first_time,
        )
        self._events = Events(self.listener, workspaces, home=home, on_places=on_places)

    def app(self, signing_secret: Secret | None = None) -> AsyncApp:
        """Return an app that calls the handlers. Without a secret it takes payloads of Socket Mode, which has none.

        Tokens are looked up here: Bolt's own way would ask Slack before the acknowledgement.
        """

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
            found = await self.workspaces.find(team_id or "")
            if found is None:
                return None
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_user_id=found.bot_user,
                bot_id=found.bot_id,
                bot_token=found.token.reveal(),
            )

        app = AsyncApp(
            name="tocsin",
            logger=sdk_logger(),
            client=web_client(None, self.api_url, proxy=self.proxy),
            authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for "not installed", as its own AsyncAuthorize returns
            signing_secret=signing_secret.reveal() if signing_secret is not None else None,
            request_verification_enabled=signing_secret is not None,
        )
        self.listener.register(app, self._command)
        self._events.register(app)
        return app
