/** After a choice the keys of the wall work again: a field that has the focus would take them. */
export function leaveField(): void {
  window.setTimeout(() => {
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
  });
}
