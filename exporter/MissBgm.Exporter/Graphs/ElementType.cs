namespace MissBgm.Exporter.Graphs;

/// <summary>What a tensor's elements are.</summary>
public enum ElementType
{
    /// <summary>Real numbers, in the graph's <see cref="Precision"/>.</summary>
    Real,

    /// <summary>64-bit integers: indices and shapes.</summary>
    Integer,

    /// <summary>Truth values.</summary>
    Boolean,
}

/// <summary>How a graph's real numbers are emitted. The same graph code serves both: bundles hold float32, finite-difference checks run in float64.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Single,

    /// <summary>float64.</summary>
    Double,
}
