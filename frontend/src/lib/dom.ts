/** The first element that a `<template>` holds, as a new copy. */
export function stamp<E extends Element = HTMLElement>(template: HTMLTemplateElement): E {
  return template.content.firstElementChild?.cloneNode(true) as E;
}

/** Runs `work` after `pause` ms without another call. */
export function afterPause<A extends unknown[]>(
  pause: number,
  work: (...args: A) => void,
): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), pause);
  };
}

/** Shows the children of `host` whose `data-when` is `state`, hides its other ones. */
export function showWhen(host: Element, state: string): void {
  for (const part of host.querySelectorAll<HTMLElement>("[data-when]")) {
    part.hidden = part.dataset.when !== state;
  }
}
