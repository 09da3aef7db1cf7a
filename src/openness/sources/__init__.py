"""Everything that comes in: files, cards, folders. The only floor that reads what is inspected.

Nothing that is read is executed, unpickled, or followed out of the folder that was named.
"""
