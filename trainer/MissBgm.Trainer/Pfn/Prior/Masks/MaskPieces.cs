namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>The missingness mechanisms there are.</summary>
internal static class MaskPieces
{
    private const string ValueDependent = "value_dependent";
    private const string Propagating = "propagating";

    /// <summary>The mechanisms by the names that the configuration has for them.</summary>
    public static IReadOnlyDictionary<string, IMask> All { get; } = new Dictionary<string, IMask>
    {
        ["mcar"] = new RandomMask(),
        ["mar"] = new ObservedColumnsMask(),
        ["self_masking"] = new SelfMask(),
        [ValueDependent] = new ConvolutionMask(propagates: false),
        [Propagating] = new ConvolutionMask(propagates: true),
        ["structural"] = new StructuralMask(),
    };

    /// <summary>What the paper's two priors have (the configuration's <c>kind</c>): all tasks of one mechanism.</summary>
    public static IReadOnlyDictionary<string, string> OfKind { get; } = new Dictionary<string, string>
    {
        ["structural"] = Propagating,
        ["nsm"] = ValueDependent,
    };

    /// <summary>A configuration's shares by name.</summary>
    public static IReadOnlyDictionary<string, double> Shares(PriorConfig config) =>
        config.Masks.Count > 0 ? config.Masks : new Dictionary<string, double> { [OfKind[config.Kind]] = 1 };
}
