package io.kubegraft.cluster;

import java.time.Instant;
import java.util.Optional;

/// The run that has the cluster's lock.
///
/// @param holder who, on which machine, which run
/// @param renewed when it last said that it is still at work
public record RunAtWork(String holder, Optional<Instant> renewed) {}
