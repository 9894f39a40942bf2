"""What the pages share: view state, controls, cached readings, drawing with caption and downloads, error guard."""
