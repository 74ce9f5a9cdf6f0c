"""HL7 FHIR R4 in and out: import of relations from files.

Enters other capabilities by their doors only.
"""
