internal import CHamming
