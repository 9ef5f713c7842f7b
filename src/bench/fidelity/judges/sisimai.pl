# Sisimai's opinion of each file named: one JSON array, one object a file.
use strict;
use warnings;
use JSON::PP;
use Sisimai;

my @opinions;
for my $file (@ARGV) {
  my $bounces = Sisimai->make($file) || [];
  push @opinions, {
    recognised => @$bounces ? JSON::PP::true : JSON::PP::false,
    failed => [map { $_->recipient->address } @$bounces],
    agent  => @$bounces ? $bounces->[0]->smtpagent : undef,
  };
}
print JSON::PP->new->encode(\@opinions);
