"""The screen: it asks `analysis` through `dashboard.data`, draws the answer and computes nothing."""
