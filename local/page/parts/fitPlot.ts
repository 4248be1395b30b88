import type uPlot from 'uplot';

/**
 * Keeps a plot as wide as the element around it, and draws it again when the colors of the page change.
 *
 * @param padding what the element is wider than the plot, in px
 * @returns a function that ends this, and removes the plot
 */
export function fitPlot(plot: uPlot, element: HTMLElement, padding = 0): () => void {
  const systemColors = matchMedia('(prefers-color-scheme: dark)');
  const redraw = (): void => plot.redraw(false);
  const size = new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth) - padding;
    if (width > 0 && width !== plot.width) {
      plot.setSize({ width, height: plot.height });
    }
  });
  size.observe(element);
  systemColors.addEventListener('change', redraw);
  addEventListener('themechange', redraw);
  return () => {
    size.disconnect();
    systemColors.removeEventListener('change', redraw);
    removeEventListener('themechange', redraw);
    plot.destroy();
  };
}
