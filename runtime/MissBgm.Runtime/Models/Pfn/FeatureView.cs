namespace MissBgm.Runtime.Models.Pfn;

/// <summary>The guise in which a pass sees a table. The passes of an ensemble take several in turn, since none suits every table.</summary>
/// <param name="Indicators">Whether texts of a few categories become an indicator each, in place of codes in ordinal order.</param>
/// <param name="Scores">Whether numbers become the normal scores of their ranks, in place of being standardised (in double precision, so
/// that large offsets lose nothing).</param>
internal readonly record struct FeatureView(bool Indicators, bool Scores);
