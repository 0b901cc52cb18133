namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Sizes of the network.</summary>
public sealed record NetworkConfig
{
    /// <summary>Features the network has room for, F.</summary>
    public int Features { get; init; } = 100;

    /// <summary>Classes the network has room for, K.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>Width of a row token, D.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Layers of the backbone.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of the feed-forward parts.</summary>
    public int FeedForward { get; init; } = 1024;

    /// <summary>Layers of the flow head.</summary>
    public int FlowLayers { get; init; } = 2;
}
