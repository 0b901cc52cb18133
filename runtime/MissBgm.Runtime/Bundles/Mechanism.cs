namespace MissBgm.Runtime.Bundles;

/// <summary>What the chance of a cell being missing may depend on.</summary>
public enum Mechanism
{
    /// <summary>MissBGM as published: a mask network on the completed row, tempered (MissBGM Eq. 3).</summary>
    Paper,

    /// <summary>On nothing that the observed cells do not tell (missing at random).</summary>
    Ignorable,

    /// <summary>On the cell's own value, with a slope of its own in each column.</summary>
    Self,

    /// <summary>On how the cell's value departs from what the rest of its row predicts, column by column.</summary>
    Selection,
}

/// <summary>What users call the mechanisms.</summary>
public static class MechanismNames
{
    /// <summary>All of them, separated by commas.</summary>
    public const string All = "ignorable, self, selection, paper";

    /// <summary>A mechanism's name.</summary>
    public static string Name(this Mechanism mechanism) => mechanism.ToString().ToLowerInvariant();
}
