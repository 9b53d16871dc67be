// Draws one scene (a list of recorded messages) on the page: Slack's by slack-blocks-to-jsx, Discord's by
// discord-components, whose embeds hold text that discord-markdown-parser has read. Started by tools/pictures.py.
import { Fragment, createElement } from "react";
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import { defineCustomElements } from "@derockdev/discord-components-core/loader";
import { parse } from "discord-markdown-parser";

const AVATAR =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="6" fill="#7a1f1f"/>' +
      '<path d="M20 8c-5 0-8 4-8 9v6l-3 5h22l-3-5v-6c0-5-3-9-8-9z" fill="#fff"/><circle cx="20" cy="31" r="3" fill="#fff"/></svg>',
  );
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "destructive" };

// Slack

// "verbatim" keeps Slack from linking names and addresses by itself; this renderer takes it for "no formatting at all".
const formatted = (blocks) =>
  JSON.parse(JSON.stringify(blocks, (key, value) => (key === "verbatim" ? undefined : value)));

function SlackScene({ scene, theme }) {
  return (
    <div className={`slack ${theme}`} data-theme={theme}>
      {scene.messages.map((message, index) => (
        <Fragment key={index}>
          {message.label && <div className="label">{message.label}</div>}
          <Message
            theme={theme}
            logo={AVATAR}
            name="Tocsin"
            time={new Date(message.at)}
            blocks={formatted(message.blocks)}
            style={{ maxWidth: "none", width: "100%" }}
          />
        </Fragment>
      ))}
    </div>
  );
}

// Discord

const wrap = (tag, inner) => `<${tag}>${inner}</${tag}>`;
const safe = (text) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
const moment = (stamp) =>
  new Date(stamp * 1000).toLocaleString("en-GB", {
    timeZone: "UTC", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
  });

// Discord shows the address of one of its own messages as the name of the thread it stands in.
let thread = "";
const address = (target) =>
  target.startsWith("https://discord.com/channels/")
    ? `<span class="mention">\u{1F5E8} ${safe(thread)} \u203A message</span>`
    : `<a href="#">${safe(target)}</a>`;

const HTML = {
  text: (node) => safe(node.content),
  br: () => "\n",
  strong: (node) => wrap("b", html(node.content)),
  em: (node) => wrap("i", html(node.content)),
  strikethrough: (node) => wrap("s", html(node.content)),
  inlineCode: (node) => wrap("discord-inline-code", safe(node.content)),
  codeBlock: (node) => `<pre>${safe(node.content)}</pre>`,
  blockQuote: (node) => `<blockquote>${html(node.content).trim()}</blockquote>`,
  subtext: (node) => `<small>${html(node.content)}</small>`,
  link: (node) => `<a href="#">${html(node.content)}</a>`,
  url: (node) => address(node.target),
  autolink: (node) => address(node.target),
  timestamp: (node) => `<span class="time">${moment(node.timestamp)}</span>`,
};

// The parser knows no lists, so a line's "- " is made a bullet here; an escaped one ("\- ") is left as it is.
const bulleted = (text) => text.replace(/^- /gm, "\u2022 ");

function html(nodes) {
  const drawn = nodes.map((node) => {
    if (!HTML[node.type]) throw new Error(`no picture of ${node.type}`);
    return HTML[node.type](node);
  });
  return drawn.join("");
}

const markdown = (text) => html(parse(bulleted(text), "extended"));

function element(tag, attributes, inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (typeof inner === "string") made.innerHTML = inner;
  else made.append(...(inner ?? []));
  return made;
}

function embed(one) {
  const parts = [element("discord-embed-description", { slot: "description" }, markdown(one.description ?? ""))];
  if (one.footer) parts.push(element("discord-embed-footer", { slot: "footer" }, safe(one.footer.text)));
  const title = new DOMParser().parseFromString(markdown(one.title ?? ""), "text/html").body.textContent;
  const colour = `#${one.color.toString(16).padStart(6, "0")}`;
  return element("discord-embed", { slot: "embeds", color: colour, "embed-title": title }, parts);
}

function row(one) {
  const buttons = one.components.map((each) => element("discord-button", { type: STYLES[each.style] }, safe(each.label)));
  return element("discord-action-row", {}, buttons);
}

function discordMessage(message) {
  const parts = [];
  if (message.content) parts.push(element("span", {}, markdown(message.content)));
  parts.push(...message.embeds.map(embed));
  if (message.components.length)
    parts.push(element("discord-attachments", { slot: "components" }, message.components.map(row)));
  if (message.thread) {
    const attributes = { slot: "thread", name: message.thread.name, cta: `${message.thread.count} messages` };
    parts.push(element("discord-thread", attributes, "Tocsin"));
  }
  const made = element("discord-message", { author: "Tocsin", avatar: AVATAR, bot: "true", "role-color": "#e06c5b" }, parts);
  if (message.edited) made.setAttribute("edited", "true");
  made.setAttribute("timestamp", message.at);
  return made;
}

function discordScene(scene, theme) {
  thread = scene.messages.find((message) => message.thread)?.thread.name ?? "";
  const drawn = scene.messages.flatMap((message) => [
    ...(message.label ? [element("div", { class: "label" }, safe(message.label))] : []),
    discordMessage(message),
  ]);
  const messages = element("discord-messages", {}, drawn);
  if (theme === "light") messages.setAttribute("light-theme", "true");
  return element("div", { class: `discord ${theme}` }, [messages]);
}

defineCustomElements(window);
window.draw = async (scene, theme) => {
  const stage = document.getElementById("stage");
  stage.replaceChildren();
  if (scene.platform === "slack") {
    const root = element("div", {});
    stage.append(root);
    flushSync(() => createRoot(root).render(createElement(SlackScene, { scene, theme })));
  } else {
    stage.append(discordScene(scene, theme));
  }
  await document.fonts.ready;
  await new Promise((done) => setTimeout(done, 400)); // the components load themselves
};
