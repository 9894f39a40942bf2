"""Pictures and wording: a frame in, a Plotly figure or a sentence out; nothing here queries, shows or remembers."""
