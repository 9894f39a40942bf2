"""数据报送: is my file right, and did it arrive?"""
