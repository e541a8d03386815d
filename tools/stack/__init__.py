"""The whole product on one machine with nothing installed: `make up`.

`places` says where things are, `keys` makes this installation's secrets, `child` runs one program, `chain`
keeps the local chain's state on disk, `services` lists the programs, `supervisor` starts them in order and
minds them, and `record` tells others (`make demo`, a second `make up`) what runs here.
"""
