"""Pages of clause 2.7.2: reports to be drafted and judged, to be read, and each figure with its proof."""
