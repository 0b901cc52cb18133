namespace MissBgm.Trainer.Tests;

/// <summary>Tests that count live tensors, or make many, run one after the other.</summary>
[CollectionDefinition("live tensors", DisableParallelization = true)]
public sealed class LiveTensors;
