"""Destinations of logs on this machine: real services and receivers, and the uploads that reach them.

A sink stands for what a job's destination_conf names. Uploads go to it over the destination's own protocol, and what
has arrived is read back from it. Nothing here knows what a program declares.
"""
