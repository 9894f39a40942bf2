"""产业集群: where are a cluster's talent, demand, training and certificates, and how specialised is each place?"""
