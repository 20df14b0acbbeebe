// What an eye would find on a page as it stands: run in the page, answers a list of sentences.
({ language, width }) => {
  const found = [];
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && !element.closest(".sw-unseen, [hidden]");
  };
  const named = (element) => {
    const classes = [...element.classList].slice(0, 2).join(".");
    return `${element.tagName.toLowerCase()}${classes ? `.${classes}` : ""} “${(element.innerText || "").trim().slice(0, 40)}”`;
  };
  const said = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());

  const textSticksOut = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect().right > element.getBoundingClientRect().right + 2;
  };

  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) {
    const wide = [...document.querySelectorAll("body *")].filter((one) => seen(one) && one.getBoundingClientRect().right > width + 1);
    found.push(`scrolls sideways by ${over} px${wide.length ? `: ${named(wide.at(-1))}` : ""}`);
  }

  // A table cell or an element made for it ends in an ellipsis on purpose; anything else must show its whole text.
  const onPurpose = "td, .sw-clip, .sw-table-key, .sw-crumbs li, textarea, [data-sw-clip]";
  for (const element of document.querySelectorAll("body *")) {
    if (!said(element) || !seen(element) || element.closest("svg, dialog:not([open])")) continue;
    const style = getComputedStyle(element);
    const wider = element.scrollWidth - element.clientWidth;
    const taller = element.scrollHeight - element.clientHeight;
    if (style.display === "inline") continue;
    if (style.overflowX !== "visible" && style.overflowX !== "auto" && wider > 1 && !element.closest(onPurpose)) {
      found.push(`cut by its own box: ${named(element)}`);
    } else if (style.overflowX === "visible" && wider > 2 && textSticksOut(element)) {
      found.push(`sticks out of its box: ${named(element)}`);
    } else if (style.overflowY === "hidden" && taller > 3 && !element.closest(onPurpose)) {
      found.push(`cut below: ${named(element)}`);
    }
  }

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, kbd, code, pre, template, svg, .sw-mono, [lang], .sw-langs")) texts.push(walker.currentNode.textContent.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (element.closest("[lang]:not(html)")) continue;
    texts.push(...["aria-label", "placeholder", "title"].map((name) => element.getAttribute(name) || ""));
  }
  texts.push(document.title);
  for (const text of new Set(texts)) {
    if (/%\(\w+\)[sd]|\{\{|\{%|\bNone\b|&(amp|lt|nbsp);/.test(text)) found.push(`raw text: ${text.slice(0, 60)}`);
    if (language !== "en" && /\b[A-Za-z]{2,} [a-z]{2,}\b/.test(text) && !/[⺀-鿿]/.test(text)) found.push(`not in Chinese: ${text.slice(0, 60)}`);
  }
  if (language !== "en") {
    for (const element of document.querySelectorAll("h1, h2, h3, th, label, dt, legend, button, .sw-button, .sw-state")) {
      const text = (element.innerText || "").trim();
      if (/^[A-Z]?[a-z]{3,}$/.test(text) && text !== "Excel" && seen(element)) found.push(`not in Chinese: ${text}`);
    }
  }
  if (language === "en") {
    for (const element of document.querySelectorAll("th, label, button, h2, legend, dt")) {
      if (/[⺀-鿿]/.test(element.innerText || "") && seen(element) && !element.closest("[lang]:not(html), .sw-me")) found.push(`not in English: ${named(element)}`);
    }
  }
  return [...new Set(found)];
}
