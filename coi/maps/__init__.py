"""Maps, their labels and charts, as numbers for SVG templates."""
