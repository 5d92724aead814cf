"""Xinsheng 心声: which part of a service is weak, how sure that is, and why.

A library first: it knows no screen. Data flows one way:

file -> ingest -> privacy -> store -> counts -> metrics, compare -> findings -> briefing -> page or command line
"""
