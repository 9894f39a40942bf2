"""实训基地: which bases there are and how they are used, who is within their reach, and where the next one helps most."""
