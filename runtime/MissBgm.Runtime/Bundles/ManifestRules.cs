using System.Globalization;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>
/// What a manifest must be beyond well-formed: whoever wrote it may have meant ill, or a disk may have garbled it. A value that breaks a rule is the bundle's
/// fault and not the user's.
/// </summary>
internal sealed class ManifestRules
{
    private const int MostColumns = 1_000_000;
    private const int MostMembers = 100_000;
    private const int MostNodes = 1_000_000;
    private const int MostPasses = 16;

    private readonly string _path;

    private ManifestRules(string path) => _path = path;

    /// <summary>Checks the manifest of a fitted model.</summary>
    /// <exception cref="BundleException">A value is out of range; the message names it, and what is allowed.</exception>
    internal static void Require(Manifest manifest, string path)
    {
        var rules = new ManifestRules(path);
        rules.Files(manifest.Files, manifest.Sizes);
        rules.Columns(manifest.Columns);
        rules.Known("missing_tokens", manifest.MissingTokens);
        rules.Known("keep_empty", manifest.KeepEmpty);
        rules.Tables(manifest);
        rules.Range("latent_dimension", manifest.LatentDimension, 1, MostColumns);
        rules.Range("weight_draws", manifest.WeightDraws, 0, MostMembers);
        rules.Range("covariance_rank", manifest.CovarianceRank, 0, MostColumns);
        rules.Range("training.rows", manifest.Training.Rows, 0, int.MaxValue);
        rules.Range("training.chosen_rows", manifest.Training.ChosenRows ?? 0, 0, manifest.Training.Rows);
        rules.Range("training.missing_cells", manifest.Training.MissingCells, 0, int.MaxValue);
        if (manifest.Generator is { } generator) rules.Generator(generator);
        if (manifest.Evidence is { } evidence) rules.Evidence(evidence);
        try
        {
            manifest.Inference.Validate();
        }
        catch (UserInputException e)
        {
            throw new BundleException($"{path}: {Manifest.FileName}: {e.Message}", e);
        }
    }

    // What is said about tables to impute.
    private void Tables(Manifest manifest)
    {
        Hold(manifest.Reading is not null, "reading is null", "how tables are read");
        Hold(manifest.Reading!.Decimal is null or '.' or ',', $"reading.decimal is '{manifest.Reading.Decimal}'", "a point, a comma or null");
        Hold(manifest.Reading.Comment is not "", "reading.comment is empty", "a text or null");
        Hold(manifest.Carried.All(column => column is { Name: not null }), "carried has a column without a name", "columns");
        Hold(manifest.NeverTogether.All(pair => pair is { First: not null, Second: not null }), "never_together has a pair that is none", "pairs of columns");
        try
        {
            foreach (var rule in manifest.KeepEmpty) KeepEmptyRule.Parse(rule);
        }
        catch (UserInputException e)
        {
            throw new BundleException($"{_path}: {Manifest.FileName}: {e.Message}", e);
        }
    }

    /// <summary>Checks what all kinds of manifests have: the files.</summary>
    /// <exception cref="BundleException">A name is not that of a file beside the manifest, or a hash or a size is none.</exception>
    internal static void RequireFiles(IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, long> sizes, string path) =>
        new ManifestRules(path).Files(files, sizes);

    /// <summary>Checks that a number lies in a range.</summary>
    /// <exception cref="BundleException">It does not.</exception>
    internal static void RequireRange(string name, double value, double smallest, double largest, string path) =>
        new ManifestRules(path).Range(name, value, smallest, largest);

    private void Files(IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, long> sizes)
    {
        foreach (var (name, hash) in files)
        {
            var isName = name.Length is > 0 and < 256 && name is not ("." or ".." or Manifest.FileName) && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
            Hold(isName, $"files has the name '{name}'", "the name of a file beside the manifest");
            Hold(hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower), $"files['{name}'] is '{hash}'", "64 lower-case hexadecimal digits");
            Hold(sizes.Count == 0 || sizes.ContainsKey(name), $"sizes lacks '{name}'", "the size of every file");
        }

        foreach (var (name, size) in sizes) Range($"sizes['{name}']", size, 0, long.MaxValue);
    }

    private void Columns(IReadOnlyList<ColumnSchema> columns)
    {
        Range("the number of columns", columns.Count, 1, MostColumns);
        for (var c = 0; c < columns.Count; c++)
        {
            Hold(columns[c] is not null, $"columns[{c}] is null", "a column");
            Column(columns[c], $"columns[{c}]");
        }

        if (columns.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            Hold(false, $"columns has '{twice.Key}' {twice.Count()} times", "each name once");
        }

        var byName = columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Tree is { } tree) Tree(tree, columns[c], byName, $"columns[{c}].tree");
            if (columns[c].Forest is { } forest) Forest(forest, columns[c], $"columns[{c}].forest");
        }

        Hold(columns.Any(column => !column.IsConstant), "all columns are constant", "one that varies");
    }

    private void Column(ColumnSchema column, string at)
    {
        Finite($"{at}.location", column.Location);
        Finite($"{at}.minimum", column.Minimum);
        Range($"{at}.maximum", column.Maximum, column.Minimum, double.MaxValue);
        Range($"{at}.observed_share", column.ObservedShare, 0, 1);
        Hold(column.Scale > 0 && double.IsFinite(column.Scale), $"{at}.scale is {Text(column.Scale)}", "above 0");
        if (column.IsDiscrete) Discrete(column, at);
        else Continuous(column, at);
    }

    private void Discrete(ColumnSchema column, string at)
    {
        Hold(column.Levels is { Count: > 0 }, $"{at}.levels is {(column.Levels is null ? "not there" : "empty")}", "the levels of a discrete column");
        var levels = column.Levels!;
        Known($"{at}.levels", levels);
        Hold(levels.Distinct(StringComparer.Ordinal).Count() == levels.Count, $"{at}.levels has a level twice", "each level once");
        Hold(column.Type != ColumnType.Binary || levels.Count <= 2, $"{at}.levels has {levels.Count} levels", "2 of a binary column");
        Range($"{at}.minimum", column.Minimum, 0, levels.Count - 1);
        Range($"{at}.maximum", column.Maximum, 0, levels.Count - 1);
        Range($"{at}.location", column.Location, 0, levels.Count - 1);
        Range($"{at}.scale", column.Scale, 1, 1);
        if (column.LevelOffsets is { } offsets)
        {
            Hold(offsets.Count == levels.Count, $"{at}.level_offsets has {offsets.Count} numbers", $"one for each of {levels.Count} levels");
            for (var k = 0; k < offsets.Count; k++) Finite($"{at}.level_offsets[{k}]", offsets[k]);
        }

        if (column.LevelShares is not { } shares) return;
        Hold(shares.Count == levels.Count, $"{at}.level_shares has {shares.Count} numbers", $"one for each of {levels.Count} levels");
        for (var k = 0; k < shares.Count; k++) Range($"{at}.level_shares[{k}]", shares[k], 0, 1);
        Range($"the sum of {at}.level_shares", shares.Sum(), 0.999, 1.001);
    }

    private void Forest(ColumnForest forest, ColumnSchema column, string at)
    {
        Hold(!column.IsDiscrete && !column.IsConstant, $"{at} is there", "forests of columns of numbers that vary");
        Hold(forest.Weight > 0, $"{at}.weight is {Text(forest.Weight)}", "above 0");
        Range($"{at}.weight", forest.Weight, 0, 1);
        Range($"{at}.trees", forest.Trees, 1, MostNodes);
    }

    // Nodes stand before those below them, so that a row comes to an end.
    private void Tree(LevelTree tree, ColumnSchema column, Dictionary<string, ColumnSchema> columns, string at)
    {
        Hold(column.IsDiscrete, $"{at} is there", "trees of discrete columns alone");
        Range($"{at}.weight", tree.Weight, 0, 1);
        Range($"the number of {at}.nodes", tree.Nodes.Count, 1, MostNodes);
        for (var k = 0; k < tree.Nodes.Count; k++)
        {
            var name = $"{at}.nodes[{k}]";
            Hold(tree.Nodes[k] is not null, $"{name} is null", "a node");
            var node = tree.Nodes[k];
            Hold(
                node.Levels.Count > 0 && node.Levels.Count == node.Shares.Count,
                $"{name} has {node.Levels.Count} levels and {node.Shares.Count} shares", "as many of each, one at least");
            foreach (var level in node.Levels) Range($"a level of {name}", level, 0, column.Levels!.Count - 1);
            foreach (var share in node.Shares) Range($"a share of {name}", share, 0, 1);
            Hold(
                node.Column is null == node.Below is null,
                $"{name} has {(node.Below is null ? "a column and no nodes" : "nodes and no column")} below it", "both or neither");
            if (node.Column is not { } by) continue;
            Hold(by != column.Name && columns.ContainsKey(by), $"{name}.column is '{by}'", "the name of another column");
            Hold(
                columns[by].IsDiscrete == node.Threshold is null, $"{name}.threshold is {(node.Threshold is null ? "not there" : "there")}",
                "one for a column of numbers, and none for a discrete one");
            Finite($"{name}.threshold", node.Threshold ?? 0);
            Range($"the number of {name}.below", node.Below!.Count, columns[by].Levels?.Count ?? 2, columns[by].Levels?.Count ?? 2);
            foreach (var below in node.Below.Where(below => below != -1)) Range($"a node below {name}", below, k + 1, tree.Nodes.Count - 1);
        }
    }

    // A mean lies among the values, and a standard deviation is no more than their range: a scale that is not theirs would turn draws into nonsense.
    private void Continuous(ColumnSchema column, string at)
    {
        Hold(column.Levels is null, $"{at}.levels is there", "levels of discrete columns alone");
        var range = column.Maximum - column.Minimum;
        var slack = 1e-6 * Math.Max(range, Math.Max(Math.Abs(column.Minimum), Math.Abs(column.Maximum)));
        Finite($"{at}.maximum less its minimum", range);
        Range($"{at}.location", column.Location, column.Minimum - slack, column.Maximum + slack);
        if (!column.IsConstant) Range($"{at}.scale", column.Scale, 0, range + slack);
        var (lower, upper) = (column.LowerBound ?? -double.MaxValue, column.UpperBound ?? double.MaxValue);
        Finite($"{at}.lower_bound", lower);
        Range($"{at}.upper_bound", upper, lower, double.MaxValue);
        if (column.Plausible is { } plausible)
        {
            Finite($"{at}.plausible.lower", plausible.Lower);
            Range($"{at}.plausible.upper", plausible.Upper, plausible.Lower, double.MaxValue);
        }

        if (column.Marginal is { } map) Marginal(map, $"{at}.marginal");
        Hold(
            column.Type != ColumnType.Integer || Math.Ceiling(lower) <= Math.Floor(upper),
            $"{at} has no whole number from {Text(lower)} to {Text(upper)}", "bounds with one");
    }

    private void Marginal(ColumnMarginal map, string at)
    {
        Hold(map.Scores.Count == map.Values.Count, $"{at} has {map.Scores.Count} scores and {map.Values.Count} values", "as many of each");
        Hold(map.Scores.Count + map.Atoms.Count > 0, $"{at} has neither knots nor atoms", "one of them");
        Ascending($"{at}.scores", map.Scores);
        Ascending($"{at}.values", map.Values);
        for (var k = 0; k < map.Atoms.Count; k++)
        {
            Hold(map.Atoms[k] is not null, $"{at}.atoms[{k}] is null", "an atom");
            var atom = map.Atoms[k];
            Finite($"{at}.atoms[{k}].value", atom.Value);
            Finite($"{at}.atoms[{k}].score", atom.Score);
            Range($"{at}.atoms[{k}].to", atom.To ?? double.MaxValue, atom.From ?? -double.MaxValue, double.MaxValue);
        }

        foreach (var tail in new[] { map.LowerTail, map.UpperTail }.OfType<MarginalTail>())
        {
            Hold(
                tail.Slope > 0 && tail.Scale > 0 && double.IsFinite(tail.Slope) && double.IsFinite(tail.Scale),
                $"{at} has a tail of slope {Text(tail.Slope)} and scale {Text(tail.Scale)}", "above 0");
        }

        if (map.Limit is { } limit) Hold(limit > 0 && double.IsFinite(limit), $"{at}.limit is {Text(limit)}", "above 0");
        Range($"{at}.natural_maximum", map.NaturalMaximum ?? double.MaxValue, map.NaturalMinimum ?? -double.MaxValue, double.MaxValue);
    }

    private void Ascending(string name, IReadOnlyList<double> numbers)
    {
        for (var k = 0; k < numbers.Count; k++) Range($"{name}[{k}]", numbers[k], k == 0 ? -double.MaxValue : numbers[k - 1], double.MaxValue);
    }

    private void Generator(GeneratorEvidence generator)
    {
        Range("the number of generator.fits", generator.Fits.Count, 1, MostMembers);
        for (var k = 0; k < generator.Fits.Count; k++)
        {
            Hold(generator.Fits[k] is not null, $"generator.fits[{k}] is null", "a fit");
            Range($"generator.fits[{k}].components", generator.Fits[k].Components, 1, MostMembers);
            Range($"generator.fits[{k}].weight", generator.Fits[k].Weight, 0, 1);
        }

        Range("generator.parameter_draws", generator.ParameterDraws, 0, MostMembers);
        Range("generator.forest_passes", generator.ForestPasses ?? 1, 1, MostPasses);
        Range("the sum of generator.fits' components", generator.Fits.Sum(fit => (double)fit.Components), 1, MostMembers);
        Range("the sum of generator.fits' weights", generator.Fits.Sum(fit => fit.Weight), 0.999, 1.001);
    }

    private void Evidence(MechanismEvidence evidence)
    {
        Known("evidence.ignorable", evidence.Ignorable);
        for (var k = 0; k < evidence.Columns.Count; k++)
        {
            Hold(evidence.Columns[k] is { Column: not null }, $"evidence.columns[{k}] has no column", "a column's evidence");
        }
    }

    private void Known(string name, IReadOnlyList<string> texts)
    {
        for (var k = 0; k < texts.Count; k++) Hold(texts[k] is not null, $"{name}[{k}] is null", "a text");
    }

    private void Finite(string name, double value) => Range(name, value, -double.MaxValue, double.MaxValue);

    private void Range(string name, double value, double smallest, double largest) =>
        Hold(value >= smallest && value <= largest, $"{name} is {Text(value)}", smallest == largest ? Text(smallest) : $"{Text(smallest)} to {Text(largest)}");

    private void Hold(bool holds, string found, string allowed)
    {
        if (!holds)
        {
            throw new BundleException(
                $"{_path}: {Manifest.FileName}: {found}; allowed is {allowed}. The file is damaged or was altered: copy or export "
                + "the bundle again.");
        }
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
