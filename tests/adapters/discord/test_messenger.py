"""What is special about Discord when posting; what all messengers share is in tests/contract."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.messenger import DiscordMessenger
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Image, Paragraph, Text
from bot.ports import Further, Place, Posted
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.samples import alert, detail, update
from tests.fakes.discord.world import FORUM, NEWS
from tests.fakes.whole import post_whole

KEY = "d-000001"


def since() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


async def test_a_post_carries_the_key_as_nonce_and_in_small_print_and_mentions_nobody(desk: Desk) -> None:
    await desk.messenger.post(desk.place, alert(), key=KEY)
    (request,) = desk.server.sent("create_message")
    assert request.body["nonce"] == KEY
    assert request.body["enforce_nonce"] is True
    assert request.body["allowed_mentions"] == {"parse": []}
    assert request.body["embeds"][0]["footer"]["text"].endswith(KEY)


async def test_the_thread_is_made_with_the_first_reply_and_named_after_the_root(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    assert desk.server.sent("create_thread_from_message") == []
    for number in range(2):
        await desk.messenger.post(desk.place, detail(), key=f"{KEY}-{number}", thread=root.thread)
    (request,) = desk.server.sent("create_thread_from_message")
    assert request.body["name"] == alert().fallback
    assert root.thread == root.message
    assert len(desk.server.messages(root.message)) == 2


async def test_after_a_restart_the_first_reply_makes_the_thread_and_reads_its_name_off_the_root(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    account = desk.another_account()
    await DiscordMessenger(account).post(desk.place, detail(), key="d-2", thread=root.thread)
    await account.close()
    (request,) = desk.server.sent("create_thread_from_message")
    assert request.body["name"] == alert().heading
    assert len(desk.server.messages(root.message)) == 1


async def test_a_thread_that_exists_already_is_used(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    desk.server.faults.on("create_thread_from_message", "accept error 160004")
    await desk.messenger.post(desk.place, detail(), key="d-2", thread=root.thread)
    assert len(desk.server.messages(root.message)) == 1


async def test_a_broadcast_reply_is_pointed_to_in_the_channel_once(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    for _ in range(2):
        await post_whole(desk.messenger, desk.place, update(), key="d-2", thread=root.thread, broadcast=True)
    _, line = desk.server.messages(desk.channel["id"])
    (reply,) = desk.server.messages(root.message)
    assert line["content"].endswith(f"/{root.message}/{reply['id']}")
    assert "18,000" in line["content"]


async def test_the_line_in_the_channel_is_a_part_of_its_own_and_found_by_its_link(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    reply = await desk.messenger.post(desk.place, update(), key="d-2", thread=root.thread, broadcast=True)
    line = Further(part=1, first=reply.message)

    async def look() -> Posted | None:
        return await desk.messenger.find(desk.place, "d-2-1", thread=root.thread, since=since(), further=line)

    desk.server.faults.on("create_message", "accept drop")
    assert await look() is None
    with pytest.raises(DeliveryError):
        await desk.messenger.post(desk.place, update(), key="d-2-1", thread=root.thread, further=line)
    assert await look() is not None
    assert len(desk.server.messages(desk.channel["id"])) == 2


async def test_a_channel_that_takes_no_line_does_not_undo_the_reply_but_is_counted(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    await desk.messenger.post(desk.place, detail(), key="d-2", thread=root.thread)
    desk.server.faults.on("create_message", "ok", "error 50013")
    await post_whole(desk.messenger, desk.place, update(), key="d-3", thread=root.thread, broadcast=True)
    assert desk.messenger.lost_lines == 1


async def test_in_a_forum_a_story_is_a_post_with_the_tags_that_the_heading_names(desk: Desk) -> None:
    tags = [
        {"id": "11", "name": "Grain", "moderated": False, "emoji_id": None, "emoji_name": None},
        {"id": "12", "name": "Allied forces in the north", "moderated": False, "emoji_id": None, "emoji_name": None},
    ]
    forum = desk.server.world.add_channel(desk.guild["id"], "stories", FORUM, flags=16, available_tags=tags)
    place = desk.at(forum)
    root = await desk.messenger.post(place, alert(), key=KEY)
    await desk.messenger.post(place, update(), key="d-2", thread=root.thread, broadcast=True)
    await desk.messenger.edit(place, root, update())
    (request,) = desk.server.sent("create_thread")
    assert request.body["applied_tags"] == ["12"]
    first, second = desk.server.messages(root.message)
    assert "18,000" in first["embeds"][0]["description"]
    assert second["channel_id"] == root.thread


async def test_a_forum_that_asks_for_a_tag_gets_its_first_when_none_fits(desk: Desk) -> None:
    tags = [{"id": "11", "name": "Grain", "moderated": False, "emoji_id": None, "emoji_name": None}]
    forum = desk.server.world.add_channel(desk.guild["id"], "stories", FORUM, flags=16, available_tags=tags)
    await desk.messenger.post(desk.at(forum), alert(), key=KEY)
    assert desk.server.sent("create_thread")[0].body["applied_tags"] == ["11"]


async def test_an_unclear_forum_post_is_found_among_the_active_posts(desk: Desk) -> None:
    forum = desk.server.world.add_channel(desk.guild["id"], "stories", FORUM)
    desk.server.faults.on("create_thread", "accept drop")
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.at(forum), alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.AMBIGUOUS
    found = await desk.messenger.find(desk.at(forum), KEY, since=since())
    assert found is not None
    assert found.thread == found.message
    assert await desk.messenger.find(desk.at(forum), "d-other", since=since()) is None


async def test_an_archived_thread_is_opened_again_for_an_edit(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    reply = await desk.messenger.post(desk.place, detail(), key="d-2", thread=root.thread)
    desk.server.world.channels[root.message]["thread_metadata"]["archived"] = True
    await desk.messenger.edit(desk.place, reply, update())
    assert "18,000" in desk.server.messages(root.message)[0]["embeds"][0]["description"]


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        pytest.param("lock", DeliveryReason.THREAD_LOCKED, id="a locked thread"),
        pytest.param("delete thread", DeliveryReason.THREAD_DELETED, id="a deleted thread is not made anew"),
        pytest.param("delete root", DeliveryReason.THREAD_DELETED, id="a deleted root gets no thread"),
        pytest.param(
            "delete root of a thread", DeliveryReason.THREAD_DELETED, id="a story whose root was deleted ends"
        ),
        pytest.param("delete channel", DeliveryReason.CHANNEL_GONE, id="a deleted channel"),
    ],
)
async def test_what_a_moderator_did_is_respected(desk: Desk, break_it: str, reason: DeliveryReason) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    server = desk.server
    if break_it in {"lock", "delete thread", "delete root of a thread"}:
        await desk.messenger.post(desk.place, detail(), key="d-2", thread=root.thread)
    match break_it:
        case "lock":
            server.world.channels[root.message]["thread_metadata"].update(archived=True, locked=True)
        case "delete thread":
            server.delete_channel(root.message)
        case "delete root" | "delete root of a thread":
            server.delete_message(desk.channel["id"], root.message)
        case "delete channel":
            server.delete_channel(desk.channel["id"])
    before = len(server.messages(root.message))
    with pytest.raises(DeliveryError) as failure:
        await desk.messenger.post(desk.place, update(), key="d-3", thread=root.thread, broadcast=True)
    assert failure.value.reason is reason
    assert len(server.messages(root.message)) == before


async def test_an_edit_keeps_the_key_also_after_a_restart(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    account = desk.another_account()
    messenger = DiscordMessenger(account)
    await messenger.edit(desk.place, root, update())
    found = await messenger.find(desk.place, KEY, since=since())
    await account.close()
    assert found == root


async def test_an_edit_may_change_plain_text_into_a_card_and_back(desk: Desk) -> None:
    plain = dataclasses.replace(alert(), blocks=())
    root = await desk.messenger.post(desk.place, plain, key=KEY)
    await desk.messenger.edit(desk.place, root, alert())
    (message,) = desk.server.messages(desk.channel["id"])
    assert message["content"] == ""
    assert len(message["components"]) == 1
    await desk.messenger.edit(desk.place, root, dataclasses.replace(plain, buttons=()))
    assert message["embeds"] == message["components"] == []


async def test_a_picture_goes_as_an_attachment_with_its_words(desk: Desk) -> None:
    picture = Image(b"\x89PNG\r\n\x1a\n", "Line chart: 8,000 in January, 12,000 in March")
    message = dataclasses.replace(detail(), blocks=(*detail().blocks, picture))
    await desk.messenger.post(desk.place, message, key=KEY)
    (request,) = desk.server.sent("create_message")
    assert request.body["attachments"][0]["description"] == picture.alt
    assert request.body["embeds"][0]["image"] == {"url": "attachment://chart.png"}
    assert request.files[0]["size"] == len(picture.png)


async def test_only_a_configured_role_is_mentioned_and_never_everyone(desk: Desk) -> None:
    role = desk.server.world.snowflake()
    await desk.messenger.post(desk.place, dataclasses.replace(alert(), mention=role), key=KEY)
    everyone = dataclasses.replace(alert(), mention=desk.guild["id"])
    await desk.messenger.post(desk.place, everyone, key="d-2")
    first, second = desk.server.sent("create_message")
    assert first.body["content"] == f"<@&{role}>"
    assert first.body["allowed_mentions"] == {"parse": [], "roles": [int(role)]}
    assert not second.body.get("content")
    assert second.body["allowed_mentions"] == {"parse": []}


async def test_what_does_not_fit_goes_into_the_thread_in_order(desk: Desk) -> None:
    words = [f"Paragraph {number}: " + "grain " * 100 for number in range(12)]
    long = dataclasses.replace(alert(), blocks=tuple(Paragraph((Text(each),)) for each in words))
    root = await post_whole(desk.messenger, desk.place, long, key=KEY)
    (first,) = desk.server.messages(desk.channel["id"])
    pages = [first, *desk.server.messages(root.message)]
    text = "\n".join(page["embeds"][0]["description"] for page in pages)
    assert len(pages) == 2
    assert [text.index(f"Paragraph {number}:") for number in range(12)] == sorted(
        text.index(f"Paragraph {number}:") for number in range(12)
    )


async def test_a_channel_id_of_another_platform_is_told_apart(desk: Desk) -> None:
    place = dataclasses.replace(desk.place, channel="C0123")
    with pytest.raises(DeliveryError, match='"C0123" is no Discord id') as failure:
        await desk.messenger.post(place, alert(), key=KEY)
    assert failure.value.reason is DeliveryReason.CHANNEL_GONE


async def test_the_handle_links_to_the_message(desk: Desk) -> None:
    root = await desk.messenger.post(desk.place, alert(), key=KEY)
    assert root == Posted(
        message=root.message,
        thread=root.message,
        link=f"https://discord.com/channels/{desk.guild['id']}/{desk.channel['id']}/{root.message}",
    )


class TestAnnouncementChannels:
    def desk_with_news(self, desk: Desk) -> tuple[DiscordMessenger, Place]:
        news = desk.server.world.add_channel(desk.guild["id"], "news", NEWS)
        return DiscordMessenger(desk.account, publishes=True), desk.at(news)

    async def test_what_begins_a_story_is_published_once_and_its_replies_are_not(self, desk: Desk) -> None:
        messenger, place = self.desk_with_news(desk)
        root = await messenger.post(place, alert(), key=KEY)
        await messenger.post(place, alert(), key=KEY)
        await messenger.post(place, detail(), key="d-000002", thread=root.thread)
        (request,) = desk.server.sent("crosspost_message")
        assert request.ids["message"] == root.message
        assert messenger.unpublished == 0

    async def test_without_the_setting_and_in_other_channels_nothing_is_published(self, desk: Desk) -> None:
        messenger, place = self.desk_with_news(desk)
        await desk.messenger.post(place, alert(), key=KEY)
        await messenger.post(desk.place, alert(), key="d-000002")
        assert desk.server.sent("crosspost_message") == []

    async def test_beyond_ten_an_hour_messages_stay_unpublished_and_are_counted(self, desk: Desk) -> None:
        messenger, place = self.desk_with_news(desk)
        for number in range(12):
            await messenger.post(place, alert(), key=f"d-{number}")
        assert len(desk.server.messages(place.channel)) == 12
        assert (len(desk.server.sent("crosspost_message")), messenger.unpublished) == (10, 2)

    @pytest.mark.parametrize("trouble", ["error 50013", "429 900", "drop", "error 40033"])
    async def test_a_refusal_to_publish_is_no_reason_to_post_again(self, desk: Desk, trouble: str) -> None:
        messenger, place = self.desk_with_news(desk)
        desk.server.faults.always("crosspost_message", trouble)
        posted = await messenger.post(place, alert(), key=KEY)
        assert (await messenger.post(place, alert(), key=KEY)) == posted
        assert len(desk.server.sent("create_message")) == 1
        assert messenger.unpublished == (trouble != "error 40033")
