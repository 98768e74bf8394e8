"""Invented data for trying the product: what there is stands in `data/`, how it is built in the modules beside it.

Every case is driven by the services that people use, in the order of time, with the clocks swept in between: record,
dates and messages are what they would be had it happened.
"""
