// What every page has to keep, looked at in the browser itself. Returns sentences, none where all is well.
() => {
  const faults = [];
  const shown = (one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const told = (one) => `<${one.tagName.toLowerCase()}> “${one.textContent.trim().slice(0, 40)}”`;

  // Structure: what a screen reader goes by.
  if (document.querySelectorAll("h1").length !== 1) faults.push("there is not one h1");
  if (!document.documentElement.lang) faults.push("the page has no language");
  if (document.querySelectorAll("main").length !== 1) faults.push("there is not one main");
  if (!document.querySelector("header")) faults.push("there is no header");
  if (!document.title.trim()) faults.push("the page has no title");
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) faults.push(`${told(heading)} follows a heading of level ${level}`);
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) faults.push(`two things are called #${id}`);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"])
    for (const one of document.querySelectorAll(`[${name}]`))
      for (const id of one.getAttribute(name).split(/\s+/))
        if (!document.getElementById(id)) faults.push(`${name} of ${told(one)} names #${id}, which is not there`);
  for (const table of document.querySelectorAll("table")) {
    if (!table.querySelector("caption") && !table.closest("[aria-label], [aria-labelledby]")) faults.push("a table has no caption");
    if (!table.querySelector("th[scope]")) faults.push("a table has no headers");
  }

  // Names: every control says what it is for.
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    const labels = one.labels ? [...one.labels].map((label) => label.textContent).join(" ") : "";
    const by = (one.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => document.getElementById(id)?.textContent || "").join(" ");
    const name = one.getAttribute("aria-label") || by || labels || one.textContent || "";
    if (!name.trim()) faults.push(`a control has no name: ${one.outerHTML.slice(0, 80)}`);
  }
  for (const svg of document.querySelectorAll("svg[role=img]")) if (!svg.querySelector("title")) faults.push("a picture has no title");
  for (const link of document.querySelectorAll("a[href]"))
    if (link.origin !== location.origin && !(link.rel.includes("noreferrer") && link.rel.includes("noopener")))
      faults.push(`a link to another site tells where it was: ${link.href}`);

  // Width: the page itself never scrolls sideways.
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) faults.push(`the page is ${over} px wider than the window`);

  // Contrast: each text against what lies behind it (WCAG 2.2, 1.4.3).
  const numbers = (color) => { const all = color.match(/[\d.]+/g).map(Number); return { rgb: all.slice(0, 3), alpha: all[3] ?? 1 }; };
  const light = (rgb) => { const [r, g, b] = rgb.map((one) => { const part = one / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const over_ = (top, below) => top.rgb.map((one, at) => one * top.alpha + below[at] * (1 - top.alpha));
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.unshift(numbers(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over_(layer, below), [255, 255, 255]);
  };
  const seen = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || seen.has(one) || !shown(one) || one.closest("title, desc, option, script, style")) continue;
    seen.add(one);
    const style = getComputedStyle(one);
    const ground = behind(one);
    const color = over_(numbers(one.closest("svg") ? style.fill : style.color), ground);
    const [high, low] = [light(color), light(ground)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least) faults.push(`contrast ${ratio.toFixed(2)} of ${told(one)}`);
  }
  return faults;
}
