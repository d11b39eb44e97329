"""Libraries that do part of what dsready does, each as a small program of its own: `FILE [FLAGGED]`."""
