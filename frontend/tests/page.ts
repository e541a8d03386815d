/** Puts `html` on the page as a browser does: whole first, then its custom elements come to life. */
export function show(html: string): void {
  const template = document.createElement("template");
  template.innerHTML = html;
  document.body.replaceChildren(document.importNode(template.content, true));
}
