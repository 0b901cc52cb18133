namespace MissBgm.Exporter.Graphs;

/// <summary>What a tensor's elements are.</summary>
public enum ElementType
{
    /// <summary>Real numbers, in the graph's <see cref="Precision"/>.</summary>
    Real,

    /// <summary>Real numbers in double precision whatever the graph's: values in a table's own units.</summary>
    Double,

    /// <summary>64-bit integers: indices, shapes and codes of levels.</summary>
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
