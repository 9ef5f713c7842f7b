# Mail::DeliveryStatus::BounceParser's opinion of each file named: one JSON array, one object a file.
use strict;
use warnings;
use JSON::PP;
use Mail::DeliveryStatus::BounceParser;

my @opinions;
for my $file (@ARGV) {
  open my $in, '<:raw', $file or die "$file: $!";
  my $bounce = Mail::DeliveryStatus::BounceParser->new(do { local $/; <$in> });
  my @failed = $bounce->is_bounce ? $bounce->addresses : ();
  push @opinions, {
    # It calls a bounce whatever it knows no other name for: one that it finds somebody in counts.
    recognised => @failed ? JSON::PP::true : JSON::PP::false,
    failed => \@failed,
  };
}
print JSON::PP->new->encode(\@opinions);
