module kubegraft/lab/slow-link

go 1.21
