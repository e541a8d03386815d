"""Reading pictures that strangers sent. Runs in a process of its own, with limits (`python -m imaging`): see `media`.

Nothing here knows Django, settings or secrets, and nothing outside of here decodes an uploaded file.
"""
