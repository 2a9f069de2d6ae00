"""From rollups to figures for people."""
