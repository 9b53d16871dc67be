"""Installing the app into several workspaces: Slack's consent page, and what comes back from it.

GET /slack/install -> state + cookie, redirect to Slack -> GET /slack/oauth_redirect -> oauth.v2.access -> store
"""

from __future__ import annotations

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse

from adapters.slack.client import sdk_logger, web_client
from adapters.slack.installations import InstalledWorkspaces
from bot.ports import Place, PlaceChange, PlaceHandler
from bot.secret import Secret

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
SCOPES = (
    "commands",
    "chat:write",
    "chat:write.public",
    "channels:join",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "metadata.message:read",
    "files:write",
    "files:read",
    "users:read",
    "usergroups:read",
    "im:write",
    "im:history",
)
"""The same as in manifest.yaml; a test holds the two together."""

_PAGE = "<!doctype html><meta charset=utf-8><title>Tocsin</title><p>{text}"
_FAILURES = {
    "access_denied": "Nothing was installed: the request was declined.",
    "invalid_browser": "Nothing was installed: finish in the browser that you began with. Open /slack/install again.",
    "invalid_state": "Nothing was installed: that took too long, or was opened twice. Open /slack/install again.",
    "storage_error": "Nothing was installed: this workspace is not wanted here, or it could not be kept; see the log.",
}
_FAILED = "Nothing was installed: Slack did not confirm it. Open /slack/install again."


def installer(
    workspaces: InstalledWorkspaces,
    client_id: str,
    client_secret: Secret,
    *,
    public_url: str,
    on_places: PlaceHandler | None = None,
    api_url: str | None = None,
    proxy: str | None = None,
) -> AsyncOAuthFlow:
    """Return the SDK's flow. ``public_url`` is where a browser reaches this server, as in the app's redirect URLs."""

    async def succeeded(args: AsyncSuccessArgs) -> BoltResponse:
        team = args.installation.team_id or ""
        if on_places is not None:
            place = Place(platform="slack", workspace=team, channel="")
            await on_places((place,), PlaceChange.BACK, "Tocsin was installed")
        return _page(200, "Tocsin is installed. In a channel, type /tocsin help.")

    async def failed(args: AsyncFailureArgs) -> BoltResponse:
        if args.error is not None:
            sdk_logger().warning("slack installation refused: %s", args.error)
        return _page(args.suggested_status_code, _FAILURES.get(args.reason, _FAILED))

    return AsyncOAuthFlow(
        client=web_client(None, api_url, proxy=proxy),
        logger=sdk_logger(),
        settings=AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret.reveal(),
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=f"{public_url.rstrip('/')}{REDIRECT_PATH}",
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            install_page_rendering_enabled=False,
            installation_store=workspaces.store,
            state_store=workspaces.states,
            callback_options=AsyncCallbackOptions(success=succeeded, failure=failed),
            logger=sdk_logger(),
        ),
    )


def _page(status: int, text: str) -> BoltResponse:
    return BoltResponse(status=status, body=_PAGE.format(text=text), headers={"Content-Type": "text/html"})
