"""总览: where does the province stand against both targets and against pace, and what changed with the last data?"""
