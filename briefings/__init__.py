"""What a reader takes away: bytes of pictures, workbooks and archives, each saying where its numbers come from."""
