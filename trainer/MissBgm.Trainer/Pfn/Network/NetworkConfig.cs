namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Sizes of the network.</summary>
public sealed record NetworkConfig
{
    /// <summary>The backbone whose tokens are rows, the paper's.</summary>
    public const string Rows = "rows";

    /// <summary>The backbone whose tokens are cells.</summary>
    public const string Cells = "cells";

    /// <summary><see cref="Rows"/> or <see cref="Cells"/>.</summary>
    public string Backbone { get; init; } = Rows;

    /// <summary>Features the network has room for, F.</summary>
    public int Features { get; init; } = 100;

    /// <summary>Classes the network has room for, K.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>Width of a token, D.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Layers of the backbone; over cells each attends along rows, then along columns.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of the feed-forward parts.</summary>
    public int FeedForward { get; init; } = 1024;

    /// <summary>Rows of learned tokens before the context; of a backbone over cells.</summary>
    public int ThinkingRows { get; init; }

    /// <summary>
    /// Whether a missing cell's token has the guess that regressions on the context make of it, and its error, from which its distribution then
    /// starts; of a backbone over cells.
    /// </summary>
    public bool Guesses { get; init; }

    /// <summary>Layers of the flow head.</summary>
    public int FlowLayers { get; init; } = 2;
}
