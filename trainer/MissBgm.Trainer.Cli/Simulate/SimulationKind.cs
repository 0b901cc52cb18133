namespace MissBgm.Trainer.Cli.Simulate;

/// <summary>What <c>missbgm-train simulate</c> makes.</summary>
internal enum SimulationKind
{
    /// <summary>The self-masked Gaussian benchmark with its oracle (MissBGM Appendix C.1).</summary>
    Oracle,

    /// <summary>MissBGM's not-at-random mask on a complete table (its Eq. 67).</summary>
    RealMnar,

    /// <summary>PFN-Flow's MNAR_logistic_M2M on a complete table (its Eq. 12).</summary>
    MnarM2M,

    /// <summary>Missing completely at random, on a complete table.</summary>
    Mcar,
}
