"""对比: up to ten places by any indicators, side by side on one scale."""
