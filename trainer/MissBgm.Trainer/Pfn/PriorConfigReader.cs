using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Pfn.Prior.Columns;
using MissBgm.Trainer.Pfn.Prior.Equations;
using MissBgm.Trainer.Pfn.Prior.Masks;

namespace MissBgm.Trainer.Pfn;

/// <summary>Reads the key <c>prior</c>.</summary>
internal static class PriorConfigReader
{
    private const double Rounding = 1e-6;
    private static readonly NumberRange Share = NumberRange.Closed(0, 1);

    /// <summary>Reads a prior; keys that are absent keep the paper's values.</summary>
    public static PriorConfig Read(YamlSection yaml, PriorConfig defaults)
    {
        yaml.RefuseUnless(!yaml.Has("masks"), ["kind"], "prior.masks says which mechanisms there are");
        return new PriorConfig
        {
            Kind = yaml.Choice("kind", defaults.Kind, [.. MaskPieces.OfKind.Keys]),
            Equations = Mixture(yaml, "equations", EquationPieces.All.Keys, defaults.Equations),
            Columns = Shares(yaml, "columns", ColumnPieces.Names),
            Masks = Mixture(yaml, "masks", MaskPieces.All.Keys, defaults.Masks),
            MaximumFeatures = yaml.Integer("maximum_features", defaults.MaximumFeatures, 2, 10_000),
            FewFeaturesShare = yaml.Number("few_features_share", defaults.FewFeaturesShare, Share),
            FewFeatures = yaml.Integer("few_features", defaults.FewFeatures, 2, 10_000),
            BinaryShare = yaml.Number("binary_share", defaults.BinaryShare, Share),
            CategoricalShare = yaml.Number("categorical_share", defaults.CategoricalShare, Share),
            CompleteShare = yaml.Number("complete_share", defaults.CompleteShare, Share),
            PartialShare = yaml.Number("partial_share", defaults.PartialShare, Share),
            MissingRateStart = yaml.Number("missing_rate_start", defaults.MissingRateStart, Share),
            MissingRateEnd = yaml.Number("missing_rate_end", defaults.MissingRateEnd, NumberRange.Open(0, 1)),
            MissingRateWarmUp = yaml.Integer("missing_rate_warm_up", defaults.MissingRateWarmUp, 1, int.MaxValue),
        };
    }

    // The shares of pieces by their names; every piece's name is a key.
    private static Dictionary<string, double> Shares(YamlSection yaml, string key, IEnumerable<string> names)
    {
        var section = yaml.Section(key);
        var shares = names.Select(name => (name, Share: section.Number(name, 0, Share))).Where(share => share.Share > 0)
            .ToDictionary(share => share.name, share => share.Share);
        // A misspelt name is told before a sum that lacks its share.
        section.RejectUnknownKeys();
        return shares;
    }

    private static IReadOnlyDictionary<string, double> Mixture(
        YamlSection yaml, string key, IEnumerable<string> names, IReadOnlyDictionary<string, double> fallback)
    {
        var shares = Shares(yaml, key, names);
        if (!yaml.Has(key)) return fallback;
        var sum = shares.Values.Sum();
        return Math.Abs(sum - 1) < Rounding
            ? shares
            : throw yaml.Fault(key, $"has shares that come to {sum}; of all tasks they must come to 1, such as {key}: {{{string.Join(", ", Even(names))}}}");
    }

    private static IEnumerable<string> Even(IEnumerable<string> names) => names.Take(2).Select(name => $"{name}: 0.5");
}
