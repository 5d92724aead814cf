"""The page 行动与目标, card by card."""
